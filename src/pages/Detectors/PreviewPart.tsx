import { useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Spinner, useStyles2 } from '@grafana/ui';
import { useDetectorPreview } from '../../api/useDetectors.ts';
import { useCan } from '../../api/useMe.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useDebounced } from '../../hooks/useDebounced.ts';
import { pastWords, previewOf, type DetectorDraft } from '../../model/detectors.ts';
import { PreviewCharts } from './PreviewCharts.tsx';

/** Typing an expression goes through many that are wrong. */
const REST_MS = 800;

/** How what stands in the form would have done over the past four weeks; asked anew when it changes. */
export function PreviewPart({ draft }: { draft: DetectorDraft }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  // As text, so that what says the same is the same.
  const wanted = useDebounced(JSON.stringify(previewOf(draft)), REST_MS);
  const body = useMemo(() => (can('previewDetector') ? previewOf(draft) : null), [can, draft]);
  const isRested = wanted === JSON.stringify(body);
  const preview = useDetectorPreview(isRested ? body : null);
  return (
    <section aria-label="Preview" className={styles.part}>
      <h4 className={styles.title}>
        The past {pastWords(draft.kind)} {preview.isFetching && preview.data !== undefined && <Spinner inline size="sm" aria-label="Asking" />}
      </h4>
      {body === null && preview.data === undefined ? (
        <p className={styles.dim}>Say what is watched, and how it would have done stands here.</p>
      ) : (
        <QueryView query={preview} loading={<Skeleton rows={1} height={220} />}>
          {(data) => <PreviewCharts preview={data} ofLogs={draft.kind === 'loki'} {...(draft.alarmsAWeek === undefined ? {} : { alarmsAWeek: draft.alarmsAWeek })} />}
        </QueryView>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  part: css({ minWidth: 0, padding: theme.spacing(1.5), border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default }),
  title: css({ fontSize: theme.typography.h6.fontSize, marginBottom: theme.spacing(1) }),
  dim: css({ margin: 0, color: theme.colors.text.secondary }),
});
