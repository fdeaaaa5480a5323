import type { Payload } from '../../../src/identifyUser/generated-types'
import { toCustomData, toProfile } from '../../../src/identifyUser/profile'

/** A payload as the default mapping makes it of traits. */
function mapped(traits: Record<string, unknown>, more: Payload = {}): Payload {
  return { customData: traits, address: { whole: traits.address }, company: { whole: traits.company }, ...more }
}

describe('The profile', () => {
  it('is empty when there is nothing for it', () => {
    expect(toProfile({})).toEqual({})
    expect(toProfile(mapped({ plan: 'pro' }, { email: 'a@b.c', userId: 'u1' }))).toEqual({})
  })

  it('holds what Crisp has a place for', () => {
    expect(
      toProfile({
        name: 'John Doe',
        phone: '012346789',
        avatar: 'https://segment.com/john.png',
        description: 'Early adopter',
        website: 'https://john.example',
        jobTitle: 'Engineer'
      })
    ).toEqual({
      person: {
        nickname: 'John Doe',
        phone: '012346789',
        avatar: 'https://segment.com/john.png',
        description: 'Early adopter',
        website: 'https://john.example',
        employment: { title: 'Engineer' }
      }
    })
  })

  it('holds texts without white space around them, and none that is empty', () => {
    expect(toProfile({ name: '  John ', phone: ' ', avatar: '', jobTitle: '\t' })).toEqual({
      person: { nickname: 'John' }
    })
  })

  it.each([
    [{ name: 'Johnny', firstName: 'John', lastName: 'Doe' }, 'Johnny'],
    [{ firstName: 'John', lastName: 'Doe' }, 'John Doe'],
    [{ name: ' ', firstName: ' John ', lastName: ' Doe ' }, 'John Doe'],
    [{ firstName: 'John' }, 'John'],
    [{ lastName: 'Doe' }, 'Doe'],
    [{ firstName: '', lastName: 'Doe' }, 'Doe']
  ])('takes its nickname from %j: %s', (names, nickname) => {
    expect(toProfile(names)).toEqual({ person: { nickname } })
  })

  it('has no nickname without a name: the one in Crisp stays', () => {
    expect(toProfile({ phone: '1', firstName: ' ' })).toEqual({ person: { phone: '1' } })
  })
})

describe('A text that is no value', () => {
  it.each(['undefined undefined', 'null', 'undefined', 'null null', ' undefined\tnull ', 'undefined null undefined'])(
    'is no name: %j',
    (name) => {
      expect(toProfile({ name })).toEqual({})
      expect(toProfile({ name, firstName: 'Ada' })).toEqual({ person: { nickname: 'Ada' } })
    }
  )

  it.each([
    [{ firstName: 'Ada', lastName: 'undefined' }, 'Ada'],
    [{ firstName: 'null', lastName: 'Lovelace' }, 'Lovelace'],
    [{ name: 'Ada undefined' }, 'Ada undefined'],
    [{ name: 'Christopher Null' }, 'Christopher Null'],
    [{ lastName: 'Null' }, 'Null'],
    [{ name: 'True' }, 'True']
  ])('is told from a name: %j', (names, nickname) => {
    expect(toProfile(names)).toEqual({ person: { nickname } })
  })

  it.each(['false', 'true', 'False', 'TRUE', 'null', 'undefined', ' false ', 'NULL'])(
    'is no phone, avatar, website, description or job title: %j',
    (text) => {
      expect(
        toProfile({ name: 'Ada', phone: text, avatar: text, website: text, description: text, jobTitle: text })
      ).toEqual({ person: { nickname: 'Ada' } })
    }
  )

  it('is no part of an address or a company', () => {
    const address = { street: 'undefined', city: 'null', country: 'FR' }
    expect(toProfile({ address: { whole: address } })).toEqual({
      person: { address: 'FR', geolocation: { country: 'FR' } }
    })
    expect(toProfile({ address: { whole: 'false' }, company: { whole: 'null' } })).toEqual({})
    expect(toProfile({ company: { name: 'undefined', website: 'true', domain: 'null' } })).toEqual({})
  })

  it('stays in custom data when it is true or false', () => {
    expect(toCustomData(mapped({ vip: false, beta: true, trial: 'false' }))).toEqual({
      vip: false,
      beta: true,
      trial: 'false'
    })
  })
})

describe('The address', () => {
  const address = {
    street: '12 Rue de la Paix',
    city: 'Paris',
    state: 'Île-de-France',
    postalCode: '75002',
    country: 'fr'
  }
  const person = {
    address: '12 Rue de la Paix, Paris, Île-de-France, 75002, fr',
    geolocation: { country: 'FR', region: 'Île-de-France', city: 'Paris' }
  }

  it('as an object becomes a line and a place on the map', () => {
    expect(toProfile({ address: { whole: address } })).toEqual({ person })
    expect(toProfile({ address })).toEqual({ person })
  })

  it('as a text is the line', () => {
    expect(toProfile({ address: { whole: ' 12 Rue de la Paix, Paris ' } })).toEqual({
      person: { address: '12 Rue de la Paix, Paris' }
    })
  })

  it('puts no person on the map by the name of a country: Crisp wants two letters', () => {
    expect(toProfile({ address: { whole: { city: 'Paris', country: 'France' } } })).toEqual({
      person: { address: 'Paris, France', geolocation: { city: 'Paris' } }
    })
  })

  it('takes numbers for texts, and other spellings of its parts', () => {
    expect(toProfile({ address: { whole: { region: 'BY', postal_code: 80331 } } })).toEqual({
      person: { address: 'BY, 80331', geolocation: { region: 'BY' } }
    })
  })

  it('may be mapped by its parts, which win over the whole', () => {
    expect(toProfile({ address: { whole: address, city: 'Lyon' } }).person?.geolocation?.city).toBe('Lyon')
    expect(toProfile({ address: { whole: 'anywhere', city: 'Lyon' } })).toEqual({
      person: { address: 'anywhere', geolocation: { city: 'Lyon' } }
    })
  })

  it.each([undefined, null, 7.5, true, [], ['Paris'], [{ city: 'Paris' }], {}, { city: { name: 'Paris' } }, ''])(
    'as %j takes no place in the profile that it does not fit',
    (whole) => {
      const profile = toProfile({ address: { whole } })
      expect(profile).toEqual(whole === 7.5 ? { person: { address: '7.5' } } : {})
    }
  )
})

describe('The company', () => {
  it('as an object fills the company of the profile', () => {
    const company = { name: 'Segment', website: 'https://segment.com', domain: 'segment.com', description: 'CDP' }
    expect(toProfile({ company: { whole: company } })).toEqual({
      company: { name: 'Segment', url: 'https://segment.com', domain: 'segment.com', description: 'CDP' }
    })
    expect(toProfile({ company: { whole: { url: 'https://segment.com' } } })).toEqual({
      company: { url: 'https://segment.com' }
    })
  })

  it('as a text is its name', () => {
    expect(toProfile({ company: { whole: 'Segment' } })).toEqual({ company: { name: 'Segment' } })
  })

  it('may be mapped by its parts, which win over the whole', () => {
    expect(toProfile({ company: { whole: { name: 'Old', domain: 'a.b' }, name: 'New' } })).toEqual({
      company: { name: 'New', domain: 'a.b' }
    })
    expect(toProfile({ company: { whole: 'Old', name: 'New' } })).toEqual({ company: { name: 'New' } })
  })

  it.each([undefined, null, true, [], ['Segment'], {}, { id: 'c1' }, { name: ['Segment'] }])(
    'as %j takes no place in the profile that it does not fit',
    (whole) => {
      expect(toProfile({ company: { whole } })).toEqual({})
    }
  )
})

describe('Custom data', () => {
  it('leaves out what lives in the profile', () => {
    const traits = {
      email: 'john@segment.com',
      name: 'John Doe',
      firstName: 'John',
      first_name: 'John',
      lastName: 'Doe',
      last_name: 'Doe',
      phone: '1',
      avatar: 'https://a.b/c.png',
      description: 'd',
      website: 'https://a.b',
      title: 'Engineer'
    }
    expect(toCustomData(mapped({ ...traits, plan: 'pro' }))).toEqual({ plan: 'pro' })
  })

  it('keeps these names where they are part of something else', () => {
    expect(toCustomData(mapped({ car: { name: 'Twingo', title: 'Owner' } }))).toEqual({
      car_name: 'Twingo',
      car_title: 'Owner'
    })
  })

  it('keeps audiences and computed traits by their own key', () => {
    expect(
      toCustomData(mapped({ order_completed_last_30days: true, big_spender: false, total_revenue_180_days: 1204.5 }))
    ).toEqual({ order_completed_last_30days: true, big_spender: false, total_revenue_180_days: 1204.5 })
  })

  it.each([
    'user_id',
    'userId',
    'UserID',
    'User ID',
    'USER_ID',
    'user.id',
    ' user id ',
    'ùser_id',
    '$user_id',
    'user__id'
  ])('never lets a trait write the user ID: %s', (key) => {
    const data = toCustomData(mapped({ [key]: 'another person', plan: 'pro' }))
    expect(data).not.toHaveProperty('user_id')
    expect(data.plan).toBe('pro')
  })

  it('never lets a nested trait write the user ID', () => {
    const traits = { user: { id: 'another person', ID: 'x' }, User: { Id: 'y' }, 'user ': { Id: 'z' } }
    expect(toCustomData(mapped(traits))).toEqual({ user_ID: 'x', User_Id: 'y' })
  })

  it('leaves out the address that the profile shows and keeps the rest', () => {
    const address = { street: '12 Rue de la Paix', city: 'Paris', postalCode: '75002', country: 'FR', floor: 3 }
    expect(toCustomData(mapped({ address }))).toEqual({ address_floor: 3 })
    expect(toCustomData(mapped({ address: '12 Rue de la Paix, Paris' }))).toEqual({})
  })

  it('leaves out the company that the profile shows and keeps the rest as company_*', () => {
    const company = {
      name: 'Segment',
      website: 'https://segment.com',
      domain: 'segment.com',
      description: 'CDP',
      id: 'c1',
      employee_count: 500,
      plan: 'enterprise',
      owner: { name: 'Jane' }
    }
    expect(toCustomData(mapped({ company }))).toEqual({
      company_id: 'c1',
      company_employee_count: 500,
      company_plan: 'enterprise',
      company_owner_name: 'Jane'
    })
    expect(toCustomData(mapped({ company: 'Segment' }))).toEqual({})
  })

  it('keeps what the profile has no place for, even where its name is a part of a company', () => {
    expect(toCustomData(mapped({ company: { name: { legal: 'Segment Inc.' } } }))).toEqual({
      company_name_legal: 'Segment Inc.'
    })
  })

  it('keeps the second of two website addresses of a company: the profile shows only one', () => {
    const company = { website: 'https://segment.com', url: 'https://twilio.com/segment' }
    const profile = toProfile(mapped({ company }))
    expect(profile).toEqual({ company: { url: 'https://segment.com' } })
    expect(toCustomData(mapped({ company }))).toEqual({ company_url: 'https://twilio.com/segment' })
  })

  it('keeps an address or a company that is not mapped', () => {
    const traits = { address: { city: 'Paris' }, company: { name: 'Segment' } }
    expect(toCustomData({ customData: traits })).toEqual({ address_city: 'Paris', company_name: 'Segment' })
    expect(toCustomData({ customData: { company: 'Segment' } })).toEqual({ company: 'Segment' })
  })

  it.each([
    [7, {}],
    [true, { company: true }],
    [['Segment', 'Twilio'], { company: 'Segment, Twilio' }],
    [[{ name: 'Segment' }], { company: '[{"name":"Segment"}]' }],
    [null, {}],
    ['', { company: '' }]
  ])('keeps a company of an odd shape or leaves it to the profile: %j', (company, data) => {
    expect(toCustomData(mapped({ company }))).toEqual(data)
  })

  it('does not change the traits of the event', () => {
    const traits = { email: 'a@b.c', address: { city: 'Paris' }, company: 'Segment' }
    const before = JSON.stringify(traits)
    toCustomData(mapped(traits))
    expect(JSON.stringify(traits)).toBe(before)
  })

  it('is empty without traits', () => {
    expect(toCustomData({})).toEqual({})
  })

  it('treats names that mean something to JavaScript as data', () => {
    const data = toCustomData(
      mapped(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": "c"}') as Record<string, unknown>)
    )
    expect(data).toEqual({ constructor: 'c', __proto___polluted: 1 })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

it('A number is taken for a text, unless it is not finite', () => {
  expect(toProfile({ address: { city: 'Oslo', postalCode: 150 } }).person?.address).toBe('Oslo, 150')
  expect(toProfile({ address: { city: 'Oslo', postalCode: NaN } }).person?.address).toBe('Oslo')
  expect(toProfile({ address: { city: 'Oslo', postalCode: Infinity } }).person?.address).toBe('Oslo')
})

it('A part of the company that is named like the whole is kept', () => {
  expect(toCustomData(mapped({ company: { name: 'Engines', whole: 'Engines' } }))).toEqual({ company_whole: 'Engines' })
})

it('a trait that is null clears no value of the same event under the same key', () => {
  const customData = { 'plan name': null, 'Plan Name': 'pro', seats: null, address: null, company: null }
  expect(toCustomData({ customData, clearNullTraits: true })).toEqual({ plan_name: 'pro', seats: '' })
  expect(toCustomData({ customData })).toEqual({ plan_name: 'pro' })
})
