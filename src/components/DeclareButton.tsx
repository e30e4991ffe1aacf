import { useState } from 'react';
import { locationService } from '@grafana/runtime';
import { Button } from '@grafana/ui';
import { useCan } from '../api/useMe.ts';
import { useToast } from '../hooks/useToast.ts';
import { paths } from '../paths.ts';
import { testIds } from '../testIds.ts';
import { DeclareIncidentModal } from './DeclareIncidentModal.tsx';

export function DeclareButton() {
  const can = useCan();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  if (!can('declareIncident')) {
    return null;
  }
  return (
    <>
      <Button icon="fire" onClick={() => setOpen(true)} data-testid={testIds.declareButton}>
        Declare incident
      </Button>
      {open && (
        <DeclareIncidentModal
          onDismiss={() => setOpen(false)}
          onDeclared={(incident) => {
            setOpen(false);
            toast.done(`${incident.key} declared`);
            locationService.push(paths.incident(incident.number));
          }}
        />
      )}
    </>
  );
}
