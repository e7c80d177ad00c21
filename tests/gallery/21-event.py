import asyncio

from elapsed import elapsed


async def pass_(name, gate):
    print(f'{elapsed()}  {name} waits')
    await gate.wait()
    print(f'{elapsed()}  {name} passes')


def open_gate(gate):
    print(f'{elapsed()}  the gate opens')
    gate.set()


def state(gate):
    return 'open' if gate.is_set() else 'closed'


async def main():
    gate = asyncio.Event()
    print(f'{elapsed()}  {state(gate)}')

    asyncio.get_running_loop().call_later(1, open_gate, gate)
    await asyncio.gather(pass_('Ada', gate), pass_('Barbara', gate))
    print(f'{elapsed()}  {state(gate)}')
    await pass_('Grace', gate)

    gate.clear()
    print(f'{elapsed()}  {state(gate)}')


asyncio.run(main())
