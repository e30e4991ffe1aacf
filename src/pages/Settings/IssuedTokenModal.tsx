import { Alert, Button, Modal, Stack } from '@grafana/ui';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { testIds } from '../../testIds.ts';
import { SenderSettings } from './SenderSettings.tsx';
import type { IssuedToken } from './issuedToken.ts';

/** The one moment in which a token can be read, together with everything it has to be pasted into. */
export function IssuedTokenModal({ issued, onClose }: { issued: IssuedToken; onClose: () => void }) {
  return (
    <Modal title={`Token of ${issued.source.name}`} isOpen onDismiss={onClose} closeOnBackdropClick={false}>
      <Stack direction="column" gap={2}>
        <Alert severity="warning" title="Copy it now. It is not shown again." />
        <CopyBlock text={issued.token} label="token" testId={testIds.settings.issuedToken} />
        <SenderSettings source={issued.source} token={issued.token} />
        <Stack justifyContent="flex-end">
          <Button onClick={onClose}>I have copied it</Button>
        </Stack>
      </Stack>
    </Modal>
  );
}
