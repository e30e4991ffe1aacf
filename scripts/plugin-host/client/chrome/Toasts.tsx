import { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import { AppEvents, type GrafanaTheme2 } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';
import { Alert, Portal, useStyles2, type AlertVariant } from '@grafana/ui';
import { TOP_BAR_HEIGHT } from './measures.ts';

interface Toast {
  id: number;
  severity: AlertVariant;
  title: string;
  text: string | undefined;
}

const KINDS: ReadonlyArray<{ event: { name: string }; severity: AlertVariant; shownMs: number }> = [
  { event: AppEvents.alertSuccess, severity: 'success', shownMs: 3000 },
  { event: AppEvents.alertInfo, severity: 'info', shownMs: 5000 },
  { event: AppEvents.alertWarning, severity: 'warning', shownMs: 5000 },
  { event: AppEvents.alertError, severity: 'error', shownMs: 7000 },
];

/** Messages that plugins publish through the app events, at the top right for a few seconds. */
export function Toasts() {
  const styles = useStyles2(getStyles);
  const [toasts, setToasts] = useState<Toast[]>([]);

  useEffect(() => {
    let nextId = 0;
    const subscriptions = KINDS.map(({ event, severity, shownMs }) =>
      getAppEvents()
        .getStream(eventType(event.name))
        .subscribe(({ payload }) => {
          const [title, text] = Array.isArray(payload) ? payload.map(String) : [String(payload)];
          const id = nextId++;
          setToasts((shown) => [...shown, { id, severity, title: title ?? '', text }]);
          window.setTimeout(() => setToasts((shown) => shown.filter((toast) => toast.id !== id)), shownMs);
        })
    );
    return () => subscriptions.forEach((subscription) => subscription.unsubscribe());
  }, []);

  return (
    <Portal>
      <div className={styles.list} aria-live="polite">
        {toasts.map(({ id, severity, title, text }) => (
          <Alert
            key={id}
            severity={severity}
            title={title}
            elevated
            onRemove={() => setToasts((shown) => shown.filter((toast) => toast.id !== id))}
          >
            {text}
          </Alert>
        ))}
      </div>
    </Portal>
  );
}

/** The event bus finds its listeners by the `type` of the class. */
function eventType(type: string) {
  return class HostToastEvent {
    static type = type;
    type = type;
    payload: unknown = undefined;
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    position: 'fixed',
    zIndex: theme.zIndex.portal,
    top: TOP_BAR_HEIGHT + 8,
    right: theme.spacing(1),
    width: 400,
    maxWidth: '90%',
  }),
});
