import { locationService } from '@grafana/runtime';
import { useToast } from '../hooks/useToast.ts';
import type { DeclarePrefill } from '../model/declarePrefill.ts';
import { paths } from '../paths.ts';
import { DeclareIncidentModal } from './DeclareIncidentModal.tsx';

/** The declare form for an alert of the list. */
export function DeclareFromAlert({ prefill, onClose }: { prefill: DeclarePrefill; onClose: () => void }) {
  const toast = useToast();
  return (
    <DeclareIncidentModal
      prefill={prefill}
      onDismiss={onClose}
      onDeclared={(incident) => {
        onClose();
        toast.done(`${incident.key} declared`);
        locationService.push(paths.incident(incident.number));
      }}
    />
  );
}
