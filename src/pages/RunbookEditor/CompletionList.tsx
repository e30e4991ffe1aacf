import { css, cx } from '@emotion/css';
import { useEffect, useRef, type CSSProperties } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface Props {
  id: string;
  options: readonly string[];
  active: number;
  onTake: (option: string) => void;
  style: CSSProperties;
}

/** Names to choose from, under the word that is being written. */
export function CompletionList({ id, options, active, onTake, style }: Props) {
  const styles = useStyles2(getStyles);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul ref={list} id={id} role="listbox" aria-label="Names that fit" className={styles.list} style={style}>
      {options.map((option, at) => (
        <li
          key={option}
          id={`${id}-${at}`}
          role="option"
          aria-selected={at === active}
          className={cx(styles.option, at === active && styles.active)}
          // before the text area loses the focus
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(option);
          }}
        >
          {option}
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    position: 'absolute', zIndex: theme.zIndex.dropdown, listStyle: 'none', margin: 0, maxHeight: 180, minWidth: 140, overflow: 'auto', background: theme.colors.background.elevated,
    border: `1px solid ${theme.colors.border.medium}`, borderRadius: theme.shape.radius.default, boxShadow: theme.shadows.z2,
  }),
  option: css({ padding: theme.spacing(0.25, 1), cursor: 'pointer' }),
  active: css({ background: theme.colors.action.selected }),
});
