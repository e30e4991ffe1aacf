import { Button, Stack } from '@grafana/ui';
import type { PageAnswer, PageId } from '#contract';
import { useAnswerPage } from '../api/useMobilisation.ts';
import { useToast } from '../hooks/useToast.ts';

/** What whoever is called may say. */
export function PageAnswers({ incident, page }: { incident: number; page: PageId }) {
  const toast = useToast();
  const answer = useAnswerPage(incident);
  const say = (what: PageAnswer): void => answer.mutate({ id: page, answer: what }, { onError: (error) => toast.failed(error) });
  return (
    <Stack gap={1} wrap="wrap">
      <Button size="sm" disabled={answer.isPending} onClick={() => say('accept')}>
        I’m on it
      </Button>
      <Button size="sm" variant="secondary" disabled={answer.isPending} onClick={() => say('decline')}>
        I can’t
      </Button>
      <Button size="sm" variant="secondary" disabled={answer.isPending} onClick={() => say('help')}>
        I need help
      </Button>
    </Stack>
  );
}
