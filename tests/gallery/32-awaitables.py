import asyncio

from elapsed import elapsed


class Ticket:
    def __init__(self, number, seconds):
        self.number, self.seconds = number, seconds

    async def be_called(self):
        await asyncio.sleep(self.seconds)
        return self.number

    def __await__(self):
        return self.be_called().__await__()


async def main():
    print(f'{elapsed()}  a ticket')
    number = await Ticket(17, 0.4)
    print(f'{elapsed()}  number {number}')

    event = asyncio.Event()
    try:
        await event
    except TypeError:
        print(f'{elapsed()}  an event itself: TypeError')


asyncio.run(main())
