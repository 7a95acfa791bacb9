export function GraphPage() {
  return <div />;
}
