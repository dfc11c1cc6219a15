// What lies behind the map of the day, asked once.

import { ask } from '../api/ask';

export interface BuiltMap {
  version: string; levels: number[]; west: number; south: number; east: number; north: number; attribution: string;
}
export interface BaseMap {
  tiles: { url: string; attribution: string } | null;
  built: BuiltMap | null;
}

let asked: Promise<BaseMap> | null = null;

/** Without an answer the map has land and borders, which come with the page. */
export const baseMap = (): Promise<BaseMap> => (asked ??= ask<BaseMap>('/map').catch(() => ({ tiles: null, built: null })));

export const attributionOf = ({ tiles, built }: BaseMap): string => tiles?.attribution ?? built?.attribution ?? 'Natural Earth';
