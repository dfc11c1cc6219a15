// The fields of the booking form that are no completion: text, a choice of few, weekdays.

import { useId, type KeyboardEvent, type ReactNode } from 'react';

import { weekdayShort } from './weekdays';

interface TextProps {
  name: string;
  label: string;
  value: string;
  onChange: (text: string) => void;
  onLeave?: () => void;
  wrong?: string | undefined;
  hint?: string;
  /** What the arrows do with it: by one step up or down. */
  nudge?: (by: 1 | -1) => string;
  numeric?: boolean;
}

export function Text({ name, label, value, onChange, onLeave, wrong, hint, nudge, numeric }: TextProps) {
  const id = useId();
  const press = (event: KeyboardEvent) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key] as 1 | -1 | undefined;
    if (by === undefined || !nudge) return;
    event.preventDefault();
    onChange(nudge(by));
  };
  return (
    <div className="field" data-wrong={wrong ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id} name={name} value={value} autoComplete="off" inputMode={numeric ? 'numeric' : 'text'} aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong || hint ? `${id}-said` : undefined} onKeyDown={press} onFocus={(event) => event.target.select()}
        onChange={(event) => onChange(event.target.value)} onBlur={onLeave}
      />
      {(wrong || hint) && <p id={`${id}-said`} className={wrong ? 'wrong' : 'hint'}>{wrong ?? hint}</p>}
    </div>
  );
}

interface OneOfProps<Value extends string> { name: string; label: string; value: Value; of: [Value, ReactNode][]; onChange: (value: Value) => void }

/** One of few, side by side; the arrows go from one to the next. */
export function OneOf<Value extends string>({ name, label, value, of, onChange }: OneOfProps<Value>) {
  return (
    <fieldset className="field one-of">
      <legend>{label}</legend>
      <div className="segments">
        {of.map(([one, text]) => (
          <label key={one}>
            <input type="radio" name={name} value={one} checked={value === one} onChange={() => onChange(one)} /><span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Weekdays({ label, value, onChange }: { label: string; value: readonly number[]; onChange: (days: number[]) => void }) {
  const turn = (day: number) => onChange(value.includes(day) ? value.filter((one) => one !== day) : [...value, day].sort());
  return (
    <fieldset className="field one-of weekdays">
      <legend>{label}</legend>
      <div className="segments">
        {[0, 1, 2, 3, 4, 5, 6].map((day) => (
          <label key={day}>
            <input type="checkbox" name="repeat" checked={value.includes(day)} onChange={() => turn(day)} /><span>{weekdayShort(day)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
