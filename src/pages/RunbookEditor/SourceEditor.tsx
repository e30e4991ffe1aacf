import { css, cx } from '@emotion/css';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { RunbookFinding } from '#contract';
import { completionAt, type Completion, type Names } from '../../model/completion.ts';
import { testIds } from '../../testIds.ts';
import { CompletionList } from './CompletionList.tsx';

export const LINE_HEIGHT_PX = 20;
const PADDING_PX = 8;
const LINES_AROUND = 10;

interface Props {
  source: string;
  onChange: (source: string) => void;
  readOnly: boolean;
  findings: readonly RunbookFinding[];
  names: Names;
  /** So that others can bring a line into view. */
  area: RefObject<HTMLTextAreaElement | null>;
}

/** The text of a runbook, with numbers of lines, marks at lines that are wrong, and names to choose from. */
export function SourceEditor({ source, onChange, readOnly, findings, names, area }: Props) {
  const styles = useStyles2(getStyles);
  const listId = useId();
  const [top, setTop] = useState(0);
  const [left, setLeft] = useState(0);
  const [completion, setCompletion] = useState<Completion | null>(null);
  const [active, setActive] = useState(0);
  const [caret, setCaret] = useState(0);
  const wantedCaret = useRef<number | null>(null);
  const lines = source.split('\n').length;
  const height = area.current?.clientHeight ?? 800;
  const first = Math.max(0, Math.floor(top / LINE_HEIGHT_PX) - LINES_AROUND);
  const last = Math.min(lines, Math.ceil((top + height) / LINE_HEIGHT_PX) + LINES_AROUND);
  const byLine = new Map<number, RunbookFinding['level']>();
  for (const { line, level } of findings) if (byLine.get(line) !== 'error') byLine.set(line, level);

  useEffect(() => {
    if (wantedCaret.current !== null && area.current !== null) {
      area.current.setSelectionRange(wantedCaret.current, wantedCaret.current);
      wantedCaret.current = null;
    }
  }, [source, area]);

  function offer(text: string, at: number, always: boolean): void {
    const found = completionAt(text, at, names);
    // a key is offered on request only: else each empty line would open a list
    const word = found === null ? '' : text.slice(found.from, at);
    const isKey = found !== null && /^\s*$/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, found.from));
    setCompletion(found !== null && (always || !isKey || word !== '') ? found : null);
    setActive(0);
    setCaret(at);
  }

  function take(option: string): void {
    if (completion === null) return;
    wantedCaret.current = completion.from + option.length;
    onChange(source.slice(0, completion.from) + option + source.slice(caret));
    setCompletion(null);
    area.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      offer(source, event.currentTarget.selectionStart, true);
      return;
    }
    if (completion === null) return;
    const chosen = completion.options[active];
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        event.preventDefault();
        setActive((active + (event.key === 'ArrowDown' ? 1 : -1) + completion.options.length) % completion.options.length);
        break;
      case 'Enter':
      case 'Tab':
        if (chosen !== undefined) {
          event.preventDefault();
          take(chosen);
        }
        break;
      case 'Escape':
        event.preventDefault();
        event.stopPropagation();
        setCompletion(null);
        break;
      case 'ArrowLeft':
      case 'ArrowRight':
      case 'Home':
      case 'End':
        setCompletion(null);
        break;
    }
  }

  const before = source.slice(0, completion?.from ?? 0);
  const place = { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') - 1 };
  return (
    <>
      <div className={styles.frame}>
        <div className={styles.gutter} aria-hidden>
          <div style={{ height: lines * LINE_HEIGHT_PX, transform: `translateY(${PADDING_PX - top}px)`, position: 'relative' }}>
            {Array.from({ length: last - first }, (_none, at) => {
              const line = first + at + 1;
              const level = byLine.get(line);
              return (
                <div key={line} className={cx(styles.number, level === 'error' && styles.error, level === 'warning' && styles.warning)} style={{ top: (line - 1) * LINE_HEIGHT_PX }}>
                  {level === 'error' ? '✕ ' : level === 'warning' ? '! ' : ''}
                  {line}
                </div>
              );
            })}
          </div>
        </div>
        <textarea
          ref={area}
          className={styles.area}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          readOnly={readOnly}
          aria-label="Runbook as YAML"
          aria-invalid={findings.some(({ level }) => level === 'error')}
          aria-autocomplete="list"
          aria-controls={completion === null ? undefined : listId}
          aria-activedescendant={completion === null ? undefined : `${listId}-${active}`}
          aria-describedby={`${listId}-hint`}
          data-testid={testIds.runbooks.source}
          value={source}
          onScroll={({ currentTarget }) => {
            setTop(currentTarget.scrollTop);
            setLeft(currentTarget.scrollLeft);
          }}
          onChange={({ currentTarget }) => {
            onChange(currentTarget.value);
            offer(currentTarget.value, currentTarget.selectionStart, false);
          }}
          onKeyDown={onKeyDown}
          onClick={() => setCompletion(null)}
          onBlur={() => setCompletion(null)}
        />
        {completion !== null && (
          <CompletionList
            id={listId}
            options={completion.options}
            active={active}
            onTake={take}
            style={{ top: place.line * LINE_HEIGHT_PX + PADDING_PX - top, left: `min(calc(${56 - left}px + ${place.column}ch), 60%)` }}
          />
        )}
      </div>
      <div id={`${listId}-hint`} className={styles.hint}>
        Ctrl + Space offers names that fit.
      </div>
    </>
  );
}

/** Brings a line into view and puts the caret there. */
export function goToLine(area: HTMLTextAreaElement | null, source: string, line: number, column: number): void {
  if (area === null) return;
  const start = source.split('\n').slice(0, Math.max(0, line - 1)).reduce((sum, text) => sum + text.length + 1, 0);
  area.focus({ preventScroll: true });
  area.setSelectionRange(start + Math.max(0, column - 1), start + Math.max(0, column - 1));
  area.scrollTop = Math.max(0, (line - 5) * LINE_HEIGHT_PX);
  area.scrollIntoView({ block: 'nearest' });
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({
    position: 'relative', display: 'flex', height: '58vh', flexShrink: 0, minHeight: 320, border: `1px solid ${theme.colors.border.medium}`, borderRadius: theme.shape.radius.default, overflow: 'hidden',
    background: theme.colors.background.canvas, fontFamily: theme.typography.fontFamilyMonospace, fontSize: 13, '&:focus-within': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
  }),
  hint: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  gutter: css({ flex: '0 0 48px', overflow: 'hidden', borderRight: `1px solid ${theme.colors.border.weak}`, color: theme.colors.text.secondary, userSelect: 'none' }),
  number: css({ position: 'absolute', right: 0, left: 0, paddingRight: 6, textAlign: 'right', height: LINE_HEIGHT_PX, lineHeight: `${LINE_HEIGHT_PX}px`, whiteSpace: 'nowrap' }),
  error: css({ color: theme.colors.error.text, fontWeight: theme.typography.fontWeightBold, borderLeft: `4px solid ${theme.colors.error.main}` }),
  warning: css({ color: theme.colors.warning.text, fontWeight: theme.typography.fontWeightBold, borderLeft: `4px solid ${theme.colors.warning.main}` }),
  area: css({
    flex: 1, minWidth: 0, resize: 'none', border: 'none', outline: 'none', padding: PADDING_PX, lineHeight: `${LINE_HEIGHT_PX}px`, fontFamily: 'inherit', fontSize: 'inherit', color: theme.colors.text.primary,
    background: 'transparent', whiteSpace: 'pre', tabSize: 2, overflow: 'auto',
  }),
});
