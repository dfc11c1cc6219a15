import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';

export interface Choice { key: string; text: string; more?: string; take: () => void }

interface Props {
  name: string;
  label: string;
  /** What stands in the field while nobody types in it. */
  value: string;
  /** What could be meant; asked as one types, and on coming in. */
  find: (text: string, signal: AbortSignal) => Promise<Choice[]>;
  onClear: () => void;
  wrong: string | undefined;
  hint?: string;
  /** Somebody's words for it: looked for at once. */
  asked?: string | undefined;
}

const SETTLED_AFTER_MS = 120;

/** A field that completes: the likeliest is marked at once, so that Enter takes it. */
export function Completion({ name, label, value, find, onClear, wrong, hint, asked }: Props) {
  const [text, setText] = useState<string | null>(null);
  const choices = useChoices(text, find);
  const [at, setAt] = useState(0);
  const id = useId();
  useEffect(() => setAt(0), [choices]);
  const open = text !== null && choices.length > 0;
  const done = () => setText(null);
  const take = (choice: Choice) => {
    done();
    choice.take();
  };
  const press = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      if (!open) setText(text ?? '');
      else setAt((at + by + choices.length) % choices.length);
    } else if (event.key === 'Enter' && open && choices[at]) {
      event.preventDefault();
      take(choices[at]);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      done();
    }
  };
  return (
    <div className="completion field" data-wrong={wrong ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id} name={name} role="combobox" autoComplete="off" spellCheck={false} aria-expanded={open} aria-autocomplete="list"
        aria-controls={`${id}-list`} aria-activedescendant={open ? `${id}-${at}` : undefined} aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong || hint ? `${id}-said` : undefined} value={text ?? value}
        onChange={(event) => {
          if (value) onClear();
          setText(event.target.value);
        }}
        onFocus={(event) => {
          if (!value) setText(asked ?? '');
          event.target.select();
        }}
        onBlur={done} onKeyDown={press}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!open}>
        {choices.map((choice, n) => (
          <li
            key={choice.key} id={`${id}-${n}`} role="option" aria-selected={n === at}
            onPointerDown={(event) => { event.preventDefault(); take(choice); }}
          >
            <span>{choice.text}</span>{choice.more && <small>{choice.more}</small>}
          </li>
        ))}
      </ul>
      {(wrong || hint) && <p id={`${id}-said`} className={wrong ? 'wrong' : 'hint'}>{wrong ?? hint}</p>}
    </div>
  );
}

/** What was found for the text that is typed now; an answer to an older text is dropped. */
function useChoices(text: string | null, find: Props['find']): Choice[] {
  const [choices, setChoices] = useState<Choice[]>([]);
  const finding = useRef(find);
  finding.current = find;
  useEffect(() => {
    if (text === null) {
      setChoices([]);
      return undefined;
    }
    const asking = new AbortController();
    const timer = setTimeout(() => {
      finding.current(text, asking.signal).then((found) => !asking.signal.aborted && setChoices(found)).catch(() => undefined);
    }, text === '' ? 0 : SETTLED_AFTER_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [text]);
  return choices;
}
