/** War rooms. */
import type { warRoomOperations } from '../../../backend/contract/operations/warRooms.ts';
import type { Exercises } from '../stage.ts';

export const warRoomExercises: Exercises<keyof typeof warRoomOperations> = {
  async listWarRooms({ incident, must }) {
    const { number } = await incident();
    await must('openWarRoom', { params: { number }, body: {} });
    return { input: { params: { number } } };
  },
  async openWarRoom({ incident }) {
    return { input: { params: { number: (await incident()).number }, body: { channel: 'ops' } } };
  },
};
