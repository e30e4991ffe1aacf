/** War rooms. */
import type { warRoomOperations } from '../../../backend/contract/operations/warRooms.ts';
import type { Exercises } from '../stage.ts';

export const warRoomExercises: Exercises<keyof typeof warRoomOperations> = {
  async listWarRooms(stage) {
    const { incident, must } = stage;
    await stage.chat();
    const { number } = await incident();
    await must('openWarRoom', { params: { number }, body: {} });
    return { input: { params: { number } } };
  },
  async openWarRoom({ chat, incident }) {
    return { input: { params: { number: (await incident()).number }, body: { channel: await chat() } } };
  },
};
