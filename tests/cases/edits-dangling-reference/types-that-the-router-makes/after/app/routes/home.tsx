import type { Route } from './+types/home'

export function meta(_: Route.MetaArgs) {
  return [{ title: 'Orders' }]
}
