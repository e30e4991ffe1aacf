import { useMemo } from 'react';
import { AppEvents } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';
import { isConflict, type ApiError } from '../api/apiError.ts';
import { adviseOn } from '../api/errorAdvice.ts';

/** Short messages in Grafana's corner. */
export function useToast() {
  return useMemo(
    () => ({
      done(text: string): void {
        getAppEvents().publish({ type: AppEvents.alertSuccess.name, payload: [text] });
      },
      warn(text: string): void {
        getAppEvents().publish({ type: AppEvents.alertWarning.name, payload: [text] });
      },
      failed(error: ApiError): void {
        // somebody else was faster: nothing is broken, and one line says it all
        if (isConflict(error)) {
          getAppEvents().publish({ type: AppEvents.alertWarning.name, payload: [error.detail] });
          return;
        }
        const { title, advice } = adviseOn(error);
        getAppEvents().publish({ type: AppEvents.alertError.name, payload: [title, advice] });
      },
    }),
    []
  );
}
