import type { RequestListener } from 'node:http';

/** Seven pages, each with links to the two below it. */
export const site: RequestListener = ({ url: path = '/' }, response) => {
  const number = Number(path.slice(1));
  const links = [2 * number + 1, 2 * number + 2].filter((page) => page < 7);
  response.setHeader('content-type', 'text/html');
  response.end(`<title>Page ${number}</title>${links.map((page) => `<a href="/${page}">${page}</a>`).join('')}`);
};
