import { useEffect, useRef, useState } from 'react';
import { FilterInput } from '@grafana/ui';

interface Props {
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  testId?: string;
  width?: number;
}

const REST_MS = 300;

/** A search field that speaks up once the typing rests, and follows when the value changes from outside. */
export function SearchInput({ value, onChange, placeholder, testId, width }: Props) {
  const [text, setText] = useState(value);
  const told = useRef(value);

  useEffect(() => {
    // what comes back is what was told; anything else (the back button) is news
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);

  useEffect(() => {
    if (text === told.current) {
      return;
    }
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [text, onChange]);

  return (
    <FilterInput
      value={text}
      onChange={setText}
      placeholder={placeholder}
      aria-label={placeholder}
      escapeRegex={false}
      data-testid={testId}
      {...(width === undefined ? {} : { width })}
    />
  );
}
