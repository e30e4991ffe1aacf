export { AlertDrawer } from './AlertDrawer.tsx';
