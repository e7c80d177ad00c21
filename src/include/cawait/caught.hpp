/*
 * Owns: errors in coroutines of C++: raising one, having one as a value, cleanup that waits.
 * Must not know: what is awaited.
 */
#ifndef CAWAIT_CAUGHT_HPP
#define CAWAIT_CAUGHT_HPP

#include <cawait/task.hpp>
#include <cstdarg>
#include <optional>

namespace caw
{

typedef ref<caw_error> error;

namespace detail
{

/* Raised where it is awaited. */
struct [[nodiscard("co_await it")]] raised {
    error what;
    struct waiter {
        running          *self;
        caw_error        *what;
        place             here;
        bool              await_ready() const noexcept { return false; }
        void              await_suspend(std::coroutine_handle<>) const noexcept { self->raise(what, here); }
        [[noreturn]] void await_resume() const noexcept { __builtin_unreachable(); }
    };
    waiter await_in(running *in, place here) && noexcept { return {in, what.release(), here}; }
};

/* What is there, or an error that is raised. */
template <class T> struct outcome_waiter {
    running         *self;
    std::optional<T> has;
    caw_error       *error;
    place            here;
    bool             news; /* it is raised here; else it goes on */
    bool             await_ready() const noexcept { return !error; }
    void await_suspend(std::coroutine_handle<>) const noexcept { news ? self->raise(error, here) : self->pass(error, here); }
    T    await_resume() noexcept { return std::move(*has); }
};
template <> struct outcome_waiter<void> {
    running            *self;
    std::optional<char> has;
    caw_error          *error;
    place               here;
    bool                news;
    bool                await_ready() const noexcept { return !error; }
    void await_suspend(std::coroutine_handle<>) const noexcept { news ? self->raise(error, here) : self->pass(error, here); }
    void await_resume() const noexcept {}
};

} // namespace detail

/*
 * co_await caw::raise(CAW_VALUE_ERROR, "bad port %d", port): raises a new error, format as caw_error_new's, nullptr for the type's own
 * text; co_await caw::raise(error): this one, a caw_error * consumed, or a caw::error. What is handled meanwhile becomes its context.
 */
CAW__PRINTF(2, 3) inline detail::raised raise(caw_error_type type, const char *format, ...) noexcept
{
    va_list arguments;
    va_start(arguments, format);
    detail::raised made{error(caw_error_newv(type, format, arguments))};
    va_end(arguments);
    return made;
}
inline detail::raised raise(error what) noexcept { return {std::move(what)}; }
inline detail::raised raise(caw_error *what) noexcept { return {error(what)}; }

/* n = co_await caw::check(call): raises the error behind a negative return; gives the value otherwise. */
template <class N> struct [[nodiscard("co_await it")]] check {
    N n;
    explicit check(N from) noexcept : n(from) {}
    detail::outcome_waiter<N> await_in(detail::running *in, detail::place here) && noexcept
    {
        return {in, n, n < 0 ? caw_error_from_code((int)n) : nullptr, here, true};
    }
};

/*
 * caw::result<T>: what co_await caw::caught(x) gives: a T, or an error; x is whatever co_await takes.
 *
 *     caw::result<int> size = co_await caw::caught(page_size(url));
 *     if (size.is(CAW_TIMEOUT_ERROR)) co_return 0;
 *     co_return co_await std::move(size);                      // the T, or the error is raised
 *
 * A cancellation is such an error (CAW_CANCELLED_ERROR): who keeps it to himself goes on, as in C and in Python.
 */
template <class T> class [[nodiscard]] result
{
    typedef caw__stored<T> stored;
    std::optional<stored>  has;
    caw::error             why;

  public:
    result(stored &&of) noexcept : has(std::move(of)) {}
    result(caw::error of) noexcept : why(std::move(of)) {}
    explicit   operator bool() const noexcept { return !why; }
    stored    &operator*() noexcept { return *has; }
    stored    *operator->() noexcept { return &*has; }
    caw_error *error() const noexcept { return why.get(); } /* borrowed; NULL: none */
    bool       is(caw_error_type type) const noexcept { return why && caw_error_is(why.get(), type); }
    auto       await_in(detail::running *in, detail::place here)       &&noexcept
    {
        return detail::outcome_waiter<T>{in, std::move(has), why.release(), here, false};
    }
};

namespace detail
{
/* A handle on the way to its co_await; dropped if that never comes. */
template <class R> class [[nodiscard("co_await it")]] unawaited
{
    typedef R (*handle)(caw_any *);
    handle held;

  public:
    explicit unawaited(handle owned) noexcept : held(owned) {}
    unawaited(unawaited &&other) noexcept : held(other.release()) {}
    ~unawaited()
    {
        if (held) caw__drop((caw_any *)held);
    }
    handle release() noexcept { return std::exchange(held, nullptr); }
    operator handle() && noexcept { return release(); }
};

template <class R> struct catching_handle : await_handle<R> {
    typedef typename given<R>::type type;
    using await_handle<R>::await_handle;
    bool await_ready() noexcept { return this->self->begin(this->any, this->out, this->here, CATCH_ALL) == running::DONE; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    result<type> await_resume() noexcept
    {
        if (this->self->slot.error) return error(std::exchange(this->self->slot.error, nullptr));
        if constexpr (std::is_void_v<R>) return '\0';
        else return await_handle<R>::await_resume();
    }
};
} // namespace detail

template <class R> struct caught_handle : detail::unawaited<R> {
    using detail::unawaited<R>::unawaited;
    detail::catching_handle<R> await_in(detail::running *in, detail::place here) && noexcept
    {
        return {in, this->release(), here};
    }
};
template <class R> caught_handle(R (*)(caw_any *)) -> caught_handle<R>;
template <class H> auto caught(H &&handle) noexcept { return caught_handle(+std::forward<H>(handle)); }

namespace detail
{
/* co_await self{}: the coroutine itself. */
struct self {
    struct waiter {
        running *it;
        bool     await_ready() const noexcept { return true; }
        void     await_suspend(std::coroutine_handle<>) const noexcept {}
        running *await_resume() const noexcept { return it; }
    };
    waiter await_in(running *in, place) const noexcept { return {in}; }
};

/* While it lives, what is raised in the coroutine, or in what that awaits, has this error for its context. */
class handling
{
    running   *in;
    caw_error *what;
    caw__defer mark;

  public:
    handling(running *self, caw_error *error) noexcept : in(self), what(error)
    {
        if (what) caw__handle(in->co, &mark, what);
    }
    handling(const handling &) = delete;
    ~handling()
    {
        if (what) caw__handled(in->co, &mark);
    }
};
} // namespace detail

/*
 * co_await caw::finally(body, cleanup): gives what the awaitable `body` gives; however it ends, cleanup() is awaited first, which may
 * wait (what need not is a destructor's). Its error replaces the body's, which becomes its context. Source: try, finally.
 */
template <class T, class F> task<T> finally_of(task<T> body, F cleanup)
{
    result<T> ended = co_await caught(std::move(body));
    {
        detail::handling mark(co_await detail::self{}, ended.error());
        co_await cleanup();
    }
    co_return co_await std::move(ended);
}
template <class H, class F> auto finally(H &&body, F cleanup) noexcept
{
    return finally_of(task(+std::forward<H>(body)), std::move(cleanup));
}

} // namespace caw
#endif
