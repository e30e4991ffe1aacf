import { isConflict, type ApiError } from '../../api/apiError.ts';
import { useToast } from '../../hooks/useToast.ts';

/** What a dialog does when its change is done or refused: close with a word, unless it can be mended in the dialog. */
export function useDialogOutcome(onClose: () => void) {
  const toast = useToast();
  return (text: string) => ({
    onSuccess: () => {
      toast.done(text);
      onClose();
    },
    onError: (error: ApiError) => {
      if (isConflict(error)) {
        toast.failed(error);
        onClose();
      }
    },
  });
}
