import asyncio

from elapsed import elapsed


async def visit(name, room):
    print(f'{elapsed()}  {name} comes')
    async with room:
        print(f'{elapsed()}  {name} is in')
        await asyncio.sleep(0.2)
    print(f'{elapsed()}  {name} has left')


def state(room):
    return 'locked' if room.locked() else 'free'


def unlock(room):
    print(f'{elapsed()}  unlocked')
    room.release()


async def main():
    room = asyncio.Lock()
    print(f'{elapsed()}  {state(room)}')

    await room.acquire()
    print(f'{elapsed()}  {state(room)}')
    asyncio.get_running_loop().call_later(1, unlock, room)

    await asyncio.gather(visit('Ada', room), visit('Barbara', room))
    print(f'{elapsed()}  {state(room)}')


asyncio.run(main())
