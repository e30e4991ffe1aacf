import { useState, type ReactNode } from 'react';
import { incidentKey, type AvailableCommand, type LifecycleCommand } from '#contract';
import { isConflict, toApiError } from '../api/apiError.ts';
import { useFreshIncident, useIncidentCommand } from '../api/useIncident.ts';
import { useToast } from '../hooks/useToast.ts';
import { COMMAND_DONE, COMMAND_LABELS, isDestructive } from '../model/commands.ts';
import { STATE_LABELS } from '../model/states.ts';
import { ReasonDialog } from './ReasonDialog.tsx';

interface Asked {
  readonly number: number;
  readonly command: AvailableCommand;
}

export interface CommandFlow {
  /** Carries out a command that is known to be open, after asking for a reason where one is needed. */
  readonly start: (number: number, command: AvailableCommand) => void;
  /** The same from a list, where what is open must be looked up first. */
  readonly startByName: (number: number, command: LifecycleCommand) => void;
  /** The incident being changed at the moment. */
  readonly busyNumber: number | null;
  /** Must be rendered by the caller. */
  readonly dialog: ReactNode;
}

/** Reopening is counted as a regression, so it asks for more than a word. */
const REOPEN_REASON_LENGTH = 10;

/** From the press of a button to the command done: reason, call, message, and what to say when others were faster. */
export function useCommandFlow(): CommandFlow {
  const toast = useToast();
  const fetchIncident = useFreshIncident();
  const command = useIncidentCommand();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [lookingUp, setLookingUp] = useState<number | null>(null);

  function run(number: number, name: LifecycleCommand, reason?: string): void {
    command.mutate(
      { number, command: name, ...(reason === undefined ? {} : { reason }) },
      {
        onSuccess: () => {
          setAsked(null);
          toast.done(`${incidentKey(number)}: ${COMMAND_DONE[name].toLowerCase()}`);
        },
        onError: (error) => {
          // in the dialog only what can be mended there
          if (asked === null || isConflict(error)) {
            setAsked(null);
            toast.failed(error);
          }
        },
      }
    );
  }

  function start(number: number, available: AvailableCommand): void {
    if (available.reasonRequired || isDestructive(available.command)) {
      command.reset();
      setAsked({ number, command: available });
    } else {
      run(number, available.command);
    }
  }

  async function lookUpAndStart(number: number, name: LifecycleCommand): Promise<void> {
    setLookingUp(number);
    try {
      const incident = await fetchIncident(number);
      const available = incident.availableCommands.find((candidate) => candidate.command === name);
      if (available === undefined) {
        toast.warn(`${incident.key} is ${STATE_LABELS[incident.state].toLowerCase()} now; “${COMMAND_LABELS[name]}” is not open to you.`);
      } else {
        start(number, available);
      }
    } catch (error) {
      toast.failed(toApiError(error));
    } finally {
      setLookingUp(null);
    }
  }

  const dialog =
    asked === null ? null : (
      <ReasonDialog
        title={`${COMMAND_LABELS[asked.command.command]}: ${incidentKey(asked.number)}`}
        confirmText={COMMAND_LABELS[asked.command.command]}
        destructive={isDestructive(asked.command.command)}
        required={asked.command.reasonRequired}
        hint={asked.command.reasonHint}
        minLength={asked.command.command === 'reopen' ? REOPEN_REASON_LENGTH : 3}
        busy={command.isPending}
        error={command.error}
        onConfirm={(reason) => run(asked.number, asked.command.command, reason)}
        onDismiss={() => setAsked(null)}
      />
    );

  return {
    start,
    startByName: (number, name) => void lookUpAndStart(number, name),
    busyNumber: command.isPending ? command.variables.number : lookingUp,
    dialog,
  };
}
