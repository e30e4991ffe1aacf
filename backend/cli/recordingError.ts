/** A recording cannot be used as it is: which file, where in it, and what is wrong. For whoever made it, so without a stack. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}
