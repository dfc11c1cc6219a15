// A value that components follow; a change is a new value, never a mutation.

import { useRef, useSyncExternalStore } from 'react';

export interface Store<Value> {
  get(): Value;
  set(value: Value): void;
  change(part: Partial<Value>): void;
  follow(told: () => void): () => void;
}

export function makeStore<Value extends object>(first: Value): Store<Value> {
  let value = first;
  const followers = new Set<() => void>();
  const set = (next: Value) => {
    if (Object.is(value, next)) return;
    value = next;
    followers.forEach((told) => told());
  };
  return {
    get: () => value,
    set,
    change: (part) => set({ ...value, ...part }),
    follow: (told) => {
      followers.add(told);
      return () => followers.delete(told);
    },
  };
}

/** Follow a part of a store: the component is drawn anew when that part is another. */
export function useStore<Value extends object, Part>(store: Store<Value>, part: (value: Value) => Part): Part {
  const last = useRef<{ part: Part } | null>(null);
  return useSyncExternalStore(store.follow, () => {
    const next = part(store.get());
    if (last.current && sameShallow(last.current.part, next)) return last.current.part;
    last.current = { part: next };
    return next;
  });
}

/** Arrays of the same members count as the same, so that a selection may be made anew each time. */
function sameShallow(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, n) => Object.is(one, b[n]));
}
