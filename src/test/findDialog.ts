import { act, screen } from '@testing-library/react';

/**
 * The open dialog, once it has taken the focus, which it does a frame after it appears: what was typed until then would
 * go elsewhere. No person is quick enough for that, but a test is.
 */
export async function findDialog(options?: { readonly name: string | RegExp }): Promise<HTMLElement> {
  const dialog = await screen.findByRole('dialog', options);
  for (let frame = 0; frame < 2; frame += 1) {
    await act(() => new Promise<void>((resolve) => requestAnimationFrame(() => resolve())));
  }
  return dialog;
}
