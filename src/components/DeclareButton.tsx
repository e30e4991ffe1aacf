import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { locationService } from '@grafana/runtime';
import { Button } from '@grafana/ui';
import { useCan } from '../api/useMe.ts';
import { useToast } from '../hooks/useToast.ts';
import { fromSearch, withoutPrefill } from '../model/declarePrefill.ts';
import { paths } from '../paths.ts';
import { testIds } from '../testIds.ts';
import { DeclareIncidentModal } from './DeclareIncidentModal.tsx';

/** Opens the form; also when the address asks for it, as links from dashboards, Explore and alert rules do. */
export function DeclareButton() {
  const can = useCan();
  const toast = useToast();
  const [search, setSearch] = useSearchParams();
  const [open, setOpen] = useState(false);
  const prefill = fromSearch(search);
  if (!can('declareIncident')) {
    return null;
  }
  function close(): void {
    setOpen(false);
    if (prefill !== null) {
      setSearch(withoutPrefill(search), { replace: true });
    }
  }
  return (
    <>
      <Button icon="fire" onClick={() => setOpen(true)} data-testid={testIds.declareButton}>
        Declare incident
      </Button>
      {(open || prefill !== null) && (
        <DeclareIncidentModal
          {...(prefill === null ? {} : { prefill })}
          onDismiss={close}
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
