/*
 * Owns: what an async function of C++ returns (caw::task), and a reference to a future or task (caw::future).
 * Must not know: how a coroutine goes (promise.hpp).
 *
 *     caw::task<int> add_slowly(int a, int b)
 *     {
 *         co_await caw_sleep(1);
 *         co_return a + b;
 *     }
 *
 *     int sum = co_await add_slowly(1, 2);                        // in another
 *     caw::future running{caw_spawn(add_slowly(3, 4))};           // a task
 *     int code;
 *     caw::ref error{caw_run(add_slowly(5, 6), &code)};           // from main
 */
#ifndef CAWAIT_TASK_HPP
#define CAWAIT_TASK_HPP

#include <cawait/promise.hpp>

namespace caw
{

namespace detail
{
/* What has a handle. */
template <class T> class handled
{
  protected:
    detail::handle<T> held = nullptr;
    explicit handled(detail::handle<T> owned) noexcept : held(owned) {}
    handled(handled &&other) noexcept : held(other.release()) {}
    ~handled()
    {
        if (held) caw__drop((caw_any *)held);
    }

  public:
    detail::handle<T>               get() const noexcept { return held; }
    [[nodiscard]] detail::handle<T> release() noexcept { return std::exchange(held, nullptr); }
    operator detail::handle<T>() && noexcept { return release(); }
    auto await_in(detail::running *in, detail::place here) && noexcept
    {
        return detail::await_handle<detail::raw<T>>(in, release(), here);
    }
};
} // namespace detail

/*
 * caw::task<T>: a coroutine that gives a T, void included. Calling the function runs nothing; co_await runs it in the caller's task,
 * caw_spawn and all that takes a handle of C's take it over: caw_gather(f(), std::move(g)). Not awaited, it is dropped, and its
 * parameters destroyed. Once awaited or given away it is empty: to await it then is a TypeError.
 *
 * T may be anything that can be moved. What C has, too, travels as C has it, so that a C function may await it: numbers, plain
 * structs, pointers, caw::ref<X> as an X *. What is more (std::string) travels in one counted object; who awaits the only handle
 * (a call, std::move) gets it moved, else a copy; what cannot be copied goes to the first who awaits.
 *
 * An error (of what is awaited, a cancellation, caw::raise) ends the function where it stands, like an exception that nothing catches:
 * what is alive there is destroyed, last made first, and who awaits it gets the error. caw::caught (caught.hpp) gives it as a value. It
 * is no C++ exception, and needs none; one that leaves the function becomes a RuntimeError, or a MemoryError if it is std::bad_alloc.
 */
template <class T = void> class [[nodiscard("await it, spawn it or give it away")]] task : public detail::handled<T>
{
  public:
    typedef detail::promise<T, task> promise_type;
    /* Takes over what C gives: caw::task t{c_function(1)}; */
    explicit task(detail::handle<T> owned) noexcept : detail::handled<T>(owned) {}
    task(task &&) noexcept = default;
    task &operator=(task other) noexcept
    {
        std::swap(this->held, other.held);
        return *this;
    }
};
template <class R> task(R (*)(caw_any *)) -> task<typename detail::given<R>::type>;

/*
 * caw::future<T>: one reference to a future or a task, which caw_spawn, caw_future, caw_gather... give: caw::future t{caw_spawn(f())}.
 * Copied it is one reference more, if the T can be copied. It goes wherever a handle of C's does: what borrows it borrows
 * (caw_done(t), caw_cancel(t, "why")), what consumes one gets a reference of its own (caw_gather(t, u)), or with std::move this one.
 * co_await t; may be done again and again. Its end gives back the reference: the task goes on.
 */
template <class T = void> class [[nodiscard]] future : public detail::handled<T>
{
  public:
    explicit future(detail::handle<T> owned) noexcept : detail::handled<T>(owned) {}
    future(const future &other) noexcept
        requires(std::is_void_v<T> || std::is_copy_constructible_v<T>)
        : detail::handled<T>(caw_ref(other.held))
    {
    }
    future(future &&) noexcept = default;
    future &operator=(future other) noexcept
    {
        std::swap(this->held, other.held);
        return *this;
    }
    using detail::handled<T>::operator detail::handle<T>;
    operator detail::handle<T>() const & noexcept
        requires(std::is_void_v<T> || std::is_copy_constructible_v<T>)
    {
        return caw_ref(this->held);
    }
    using detail::handled<T>::await_in;
    auto await_in(detail::running *in, detail::place here) const & noexcept
        requires(std::is_void_v<T> || std::is_copy_constructible_v<T>)
    {
        return detail::await_handle<detail::raw<T>>(in, caw_ref(this->held), here);
    }
};
template <class R> future(R (*)(caw_any *)) -> future<typename detail::given<R>::type>;

} // namespace caw
#endif
