/** Stands in for pictures and style sheets. */
export default '';
