import asyncio
import signal

from elapsed import elapsed


async def serve(name, cleanup=0):
    try:
        print(f'{elapsed()}  {name} begins')
        await asyncio.sleep(3600)
    finally:
        if cleanup:
            await asyncio.sleep(cleanup)
        print(f'{elapsed()}  {name} has cleaned up')


def press_ctrl_c():
    print(f'{elapsed()}  ^C')
    signal.raise_signal(signal.SIGINT)


async def main():
    server = asyncio.create_task(serve('server'))
    asyncio.get_running_loop().call_later(1, press_ctrl_c)
    try:
        await serve('main', cleanup=0.2)
    except asyncio.CancelledError:
        print(f'{elapsed()}  main ends in peace')  # instead of a KeyboardInterrupt


asyncio.run(main())
