// Whether the map is open, how tall it is, and whether it is a picture or a list: kept in this browser.

import { makeStore } from '../store/store';

interface Pane {
  /** `null`: nobody has said; it is open where there is room for it. */
  open: boolean | null;
  /** Its share of the height, in percent. */
  share: number;
  as: 'picture' | 'list';
}

const KEPT = 'estafette-map';
const SHARES = [36, 52, 70];
export const LEAST_SHARE = 20;
export const MOST_SHARE = 80;
/** From this width on there is room for all panes. */
export const wide = matchMedia('(min-width: 1440px)');

const kept = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Pane>;
export const pane = makeStore<Pane>({ open: kept.open ?? null, share: kept.share ?? SHARES[0]!, as: kept.as ?? 'picture' });

export function changePane(part: Partial<Pane>): void {
  pane.change(part);
  localStorage.setItem(KEPT, JSON.stringify(pane.get()));
}

export const isOpen = ({ open }: Pane): boolean => open ?? wide.matches;
export const toggleMap = (): void => changePane({ open: !isOpen(pane.get()) });
export const setShare = (share: number): void => changePane({ share: Math.min(Math.max(Math.round(share), LEAST_SHARE), MOST_SHARE) });
/** The next of three sizes: what a drag of the edge does, by a tap. */
export const nextSize = (): void => setShare(SHARES.find((share) => share > pane.get().share) ?? SHARES[0]!);
