// Which sections of the table are drawn: those in sight, and those that must not go away; room is left for the others.

import { useLayoutEffect, useMemo, useReducer, useRef, useState, type RefObject } from 'react';

import { inSight } from '../timeline/rows';
import type { Section } from './sections';

/** A line of text is 28, of two 46; on most rows a name breaks. */
const LINE_PX = 44;

interface Laid { top: number; height: number }
/** A section, and the height of what is not drawn between it and the one drawn before it. */
export interface Drawn { section: Section; gap: number }

/** What to draw, and the height of what is not drawn after it. How tall a section is, is known once it was drawn; until then it is reckoned. */
export function useDrawn(sections: Section[], pane: RefObject<HTMLElement | null>, kept: (Section | undefined)[]): { drawn: Drawn[]; after: number } {
  const heights = useRef(new Map<string, number>());
  const [version, again] = useReducer((n: number) => n + 1, 0);
  const laid = useMemo(() => layOut(sections, heights.current), [sections, version]);
  const [first, last] = useSight(laid, pane);
  useLayoutEffect(() => {
    if (measure(sections, heights.current, pane.current!)) again();
  });
  let bottom = 0;
  const drawn: Drawn[] = [];
  sections.forEach((section, n) => {
    if ((n < first || n > last) && !kept.includes(section)) return;
    drawn.push({ section, gap: laid[n]!.top - bottom });
    bottom = laid[n]!.top + laid[n]!.height;
  });
  const end = laid.at(-1);
  return { drawn, after: end ? end.top + end.height - bottom : 0 };
}

const nameOf = ({ key, rows }: Section): string => `${key} ${rows}`;

function layOut(sections: Section[], heights: Map<string, number>): Laid[] {
  let top = 0;
  return sections.map((section) => {
    const height = heights.get(nameOf(section)) ?? section.rows * LINE_PX;
    top += height;
    return { top: top - height, height };
  });
}

/** Take the heights of what is drawn; tells whether one is another than before. */
function measure(sections: Section[], heights: Map<string, number>, pane: HTMLElement): boolean {
  let changed = false;
  const names = new Map(sections.map((section) => [section.key, nameOf(section)]));
  for (const body of pane.querySelectorAll<HTMLElement>('[data-section]')) {
    const [name, height] = [names.get(body.dataset.section!), body.offsetHeight];
    if (!name || heights.get(name) === height) continue;
    heights.set(name, height);
    changed = true;
  }
  return changed;
}

/** None before the first look, which comes before anything is painted. */
function useSight(laid: Laid[], pane: RefObject<HTMLElement | null>): [number, number] {
  const [sight, setSight] = useState<[number, number]>([0, -1]);
  useLayoutEffect(() => {
    const element = pane.current!;
    const look = () => setSight((was) => {
      const seen = inSight(laid, element.scrollTop, element.clientHeight);
      return seen[0] === was[0] && seen[1] === was[1] ? was : seen;
    });
    look();
    element.addEventListener('scroll', look, { passive: true });
    const watched = new ResizeObserver(look);
    watched.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      watched.disconnect();
    };
  }, [laid, pane]);
  return sight;
}
