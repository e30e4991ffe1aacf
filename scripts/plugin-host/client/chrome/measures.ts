export const TOP_BAR_HEIGHT = 40;
export const MENU_WIDTH = 300;
