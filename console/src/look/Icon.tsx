// Signs drawn here: a bare desktop has no font that has them.

import type { ReactNode } from 'react';

import type { SpaceKind } from '../api/records';

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.8, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;

const SHAPES = {
  seats: <><circle cx="8" cy="3.8" r="2.5" /><path d="M3.4 14.4c0-4.4 1.6-6.7 4.6-6.7s4.6 2.3 4.6 6.7z" /></>,
  wheelchairs: (
    <><circle cx="6.2" cy="2.2" r="1.7" />
      <path {...line} d="M6.2 5v4.4h4.4l2.2 4.4M6.4 6.8h3.4M4.3 7.6a3.9 3.9 0 1 0 5.4 5.2" /></>
  ),
  stretchers: (
    <><circle cx="3" cy="5.2" r="1.9" /><path d="M5.6 5h6.2a3 3 0 0 1 3 3v.4H1V7.9h4.6z" />
      <path {...line} strokeWidth="1.1" d="M3.4 9.6l9.2 3M12.6 9.6l-9.2 3" />
      <circle cx="3.2" cy="13.6" r="1.4" /><circle cx="12.8" cy="13.6" r="1.4" /></>
  ),
  lock: <><path {...line} d="M4.8 7V5.2a3.2 3.2 0 0 1 6.4 0V7" /><rect x="3" y="7" width="10" height="7.2" rx="1.4" /></>,
  done: <path {...line} strokeWidth="2.2" d="M2.8 8.6l3.4 3.5 7-8" />,
  no: <path {...line} strokeWidth="2" d="M4 4l8 8M12 4l-8 8" />,
  risk: <><circle {...line} cx="8" cy="8" r="6" /><path {...line} d="M8 4.6V8l2.4 1.6" /></>,
  cup: <path {...line} strokeWidth="1.4" d="M3 5h8v4.6A3.4 3.4 0 0 1 7.6 13H6.4A3.4 3.4 0 0 1 3 9.600zM11 6h1a1.900 1.900 0 0 1 0 3.800h-1" />,
  previous: <path {...line} d="M10 3L5 8l5 5" />,
  next: <path {...line} d="M6 3l5 5-5 5" />,
  search: <><circle {...line} cx="7" cy="7" r="4.300" /><path {...line} d="M10.200 10.200L14 14" /></>,
  undo: <path {...line} d="M6 3L2.500 6.500 6 10M3 6.500h6.500a3.800 3.800 0 0 1 0 7.500H6" />,
  plan: <path {...line} d="M2.500 4h6M2.500 8h9M2.500 12h4M12.500 2.500v3M11 4h3M9.500 10.500v3M8 12h3" />,
  whole: <path {...line} d="M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10" />,
  size: <path {...line} d="M8 2.500v11M5 5.500l3-3 3 3M5 10.500l3 3 3-3" />,
  menu: <path {...line} d="M2.500 4.500h11M2.500 8h11M2.500 11.500h11" />,
  plus: <path {...line} d="M8 3v10M3 8h10" />,
  minus: <path {...line} d="M3 8h10" />,
  day: <><rect {...line} x="2.500" y="3.500" width="11" height="10" rx="1.500" /><path {...line} d="M2.500 6.800h11M5.500 2v2.600M10.500 2v2.600" /></>,
  filter: <path {...line} d="M2.500 3.500h11L9.500 8.500v4l-3 1.500v-5.500z" />,
  hand: <path {...line} d="M4.5 9V5.500a1 1 0 0 1 2 0V8m0-3.500v-1a1 1 0 0 1 2 0V8m0-3.500a1 1 0 0 1 2 0V8.500m0-2a1 1 0 0 1 2 0V10c0 2.500-1.500 4-4 4-2 0-3-1-4-2.500L2.800 9.300a1 1 0 0 1 1.700-1z" />,
  table: <path {...line} d="M2.500 3.500h11v9h-11zM2.500 6.500h11M2.500 9.500h11M6.500 6.500v6" />,
  phone: <path {...line} d="M4 2.500h2l1 3-1.500 1a7 7 0 0 0 4 4l1-1.500 3 1v2a1.500 1.500 0 0 1-1.600 1.500C6.500 13 3 9.500 2.500 4A1.500 1.500 0 0 1 4 2.500z" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

/** A sign beside a word: for the eye alone. */
export function Icon({ name }: { name: IconName }) {
  return <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">{SHAPES[name]}</svg>;
}

export const SpaceIcon = ({ kind }: { kind: SpaceKind }) => <Icon name={kind} />;
