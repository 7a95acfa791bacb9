// 200 while the process can answer.
export function GET() {
  return new Response('ok');
}
