import type { Reference } from './reference'

/**
 * Groups items that share an email or a user ID, directly or through others.
 * @returns groups in the order of their first items, each in the order of the list
 */
export function groupByPerson<Item>(items: Item[], getReference: (item: Item) => Reference): Item[][] {
  const parents = items.map((_item, index) => index)
  const findRoot = (index: number): number => {
    while (parents[index] !== index) {
      parents[index] = parents[parents[index]]
      index = parents[index]
    }
    return index
  }
  const join = (index: number, seen: Map<string, number>, name?: string): void => {
    if (name === undefined) return
    const first = seen.get(name)
    if (first === undefined) seen.set(name, index)
    else parents[findRoot(index)] = findRoot(first)
  }
  const emails = new Map<string, number>()
  const userIds = new Map<string, number>()
  items.forEach((item, index) => {
    const { email, userId } = getReference(item)
    join(index, emails, email)
    join(index, userIds, userId)
  })

  const groups = new Map<number, Item[]>()
  items.forEach((item, index) => {
    const root = findRoot(index)
    const group = groups.get(root)
    if (group) group.push(item)
    else groups.set(root, [item])
  })
  return [...groups.values()]
}
