/** Stands in for the drawing of icons, which would be fetched over the network. */
export default function InlineSvg({ title }: { title?: string }) {
  return <svg>{title !== undefined && <title>{title}</title>}</svg>;
}
