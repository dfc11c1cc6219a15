// How a browser calls itself, made readable: the browser and what it runs on.

// The first that is found: most browsers also claim to be those below them.
const BROWSERS = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['FxiOS/', 'Firefox'], ['CriOS/', 'Chrome'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']] as const;
const SYSTEMS = [['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'], ['Windows', 'Windows'], ['Mac OS X', 'macOS'], ['CrOS', 'ChromeOS'], ['Linux', 'Linux']] as const;

/** `Firefox, Windows`; the beginning of what it says where neither is known, `''` where it says nothing. */
export function deviceOf(agent: string): string {
  const known = [BROWSERS, SYSTEMS].map((list) => list.find(([mark]) => agent.includes(mark))?.[1]);
  return known.filter(Boolean).join(', ') || agent.slice(0, 60);
}
