import { resolved } from '../answers'
import type { Route } from '../route'

/** The website itself, which is also Crisp's own check of credentials. */
export function websiteRoutes(): Route[] {
  return [
    {
      name: 'website.read',
      method: 'GET',
      path: '/v1/website/:website_id',
      summary: 'Get a website; Crisp shows this call to verify a token.',
      answers: {
        200: {
          reason: 'resolved',
          data: {
            type: 'object',
            properties: {
              website_id: { type: 'string' },
              name: { type: 'string' },
              domain: { type: 'string' },
              logo: { type: 'string' }
            }
          }
        }
      },
      handle: ({ website }) =>
        resolved({ website_id: website.id, name: website.name, domain: website.domain, logo: website.logo })
    }
  ]
}
