/*
 * Owns: a std::stop_token that follows a cancellation, for code of C++ that asks one whether to go on.
 * Must not know: who is stopped.
 */
#ifndef CAWAIT_STOP_HPP
#define CAWAIT_STOP_HPP

#include <cawait/task.hpp>
#include <stop_token>

#if !defined(__cpp_lib_jthread)
#error "cawait/stop.hpp: this C++ library has no std::stop_token (libc++ has it where there are threads)"
#endif

namespace caw
{

/*
 * caw::stopping: its token() is told to stop at its end, unless the future, or task, has ended otherwise than by a cancellation. The end
 * comes when the coroutine is cancelled, too, which cancels the future that it awaits; so what is to fulfil that learns that nobody
 * waits any more:
 *
 *     caw::future<int> answer{caw_future(int)};
 *     caw::stopping    stop(answer);
 *     begin_to_search(stop.token(), answer);                   // calls caw_set_result(answer, n) in the end
 *     int n = co_await answer;
 */
class stopping
{
    ref<caw_any>     awaited;
    std::stop_source source;

  public:
    template <class H> explicit stopping(const H &future) noexcept : awaited(caw_ref(caw_base(future))) {}
    stopping(const stopping &) = delete;
    ~stopping()
    {
        typedef void (*handle)(caw_any *);
        handle future = (handle)awaited.get();
        if (!caw_done(future) || caw_cancelled(future)) source.request_stop();
    }
    std::stop_token token() const noexcept { return source.get_token(); }
};

} // namespace caw
#endif
