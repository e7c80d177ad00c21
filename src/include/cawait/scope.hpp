/*
 * Owns: blocks of coroutines in C++: a context manager, a limit of time, a task group, each around a function that is awaited.
 * Must not know: what the block does.
 *
 *     co_await caw::task_group([&](caw_task_group *group) -> caw::task<> {
 *         co_await caw::start(group, worker(1));
 *         co_await caw::start(group, worker(2));
 *     });                                                     // every child has ended here
 *
 * The block is a lambda that is a coroutine; it lives as long as it runs, so it may capture by reference. What it gives, with_... gives.
 * Where its error is swallowed the result is a T{}.
 */
#ifndef CAWAIT_SCOPE_HPP
#define CAWAIT_SCOPE_HPP

#include <cawait/caught.hpp>

namespace caw
{

namespace detail
{
template <class H> struct block_of; /* what the handle that a block gives is of */
template <class R> struct block_of<R (*)(caw_any *)> {
    typedef typename given<R>::type type;
};
template <class B, class... A> using block = typename block_of<decltype(+std::declval<B &>()(std::declval<A>()...))>::type;

/* What was there before the block was left, or after its error was swallowed. */
template <class T> result<T> swallowed(result<T> ended, caw_error *error)
{
    if (error) return caw::error(error);
    if (!ended) {
        if constexpr (std::is_void_v<T>) return '\0';
        else return T{};
    }
    return ended;
}
} // namespace detail

/* co_await caw::with(manager, block): as CAW_WITH(manager) { ... } CAW_END_WITH. Source: async with. */
template <class B, class T = detail::block<B>> task<T> with(caw_with manager, B block)
{
    detail::running *self = co_await detail::self{};
    if (caw_any *enter = caw__with_enter(self->co, manager)) {
        result<void> entered = co_await caught((caw_of(void))enter);
        if (!entered) {
            caw__with_release(self->co, manager);
            co_await std::move(entered);
        }
    }
    result<T> ended = co_await caught(block());
    bool      swallow = false;
    error     raised;
    {
        detail::handling mark(self, ended.error());
        if (caw_any *exit = caw__with_exit(manager, ended.error())) {
            result<bool> left = co_await caught((caw_of(bool))exit);
            if (left) swallow = *left;
            else raised = error(caw_ref(left.error()));
        }
    }
    caw__with_release(self->co, manager);
    if (raised) co_await result<void>(std::move(raised));
    if (ended || !swallow) co_return co_await std::move(ended);
    if constexpr (!std::is_void_v<T>) co_return T{};
}

/*
 * co_await caw::with_timeout(seconds, block): as CAW_WITH_TIMEOUT; the block gets the caw_timeout *, for caw_timeout_reschedule.
 * caw::move_on_after(seconds, block): as CAW_MOVE_ON_AFTER. Source: asyncio.timeout.
 */
template <class B, class T = detail::block<B, caw_timeout *>> task<T> within(double seconds, bool move_on, B block)
{
    caw_timeout scope;
    co_await check(caw__timeout_enter(&scope, seconds));
    result<T>  ended = co_await caught(block(&scope));
    caw_error *why = caw_ref(ended.error());
    caw__timeout_exit(&scope, why ? CAW__RAISING : CAW__STAY, &why, move_on);
    co_return co_await detail::swallowed(std::move(ended), why);
}
template <class B> auto with_timeout(double seconds, B block) { return within(seconds, false, std::move(block)); }
template <class B> auto move_on_after(double seconds, B block) { return within(seconds, true, std::move(block)); }

/* co_await caw::task_group(block): as CAW_WITH_TASK_GROUP; the block gets the group, borrowed. Source: asyncio.TaskGroup. */
template <class B> auto task_group(B block)
{
    caw_task_group *group = caw_task_group_new();
    return with(caw__task_group_with(group), [group, block = std::move(block)]() mutable { return block(group); });
}
/* co_await caw::start(group, coroutine, {.name = "x"}): as CAW_GROUP_START, a child without a handle; what is refused is raised. */
struct [[nodiscard("co_await it")]] started {
    error                        refused;
    detail::outcome_waiter<void> await_in(detail::running *in, detail::place here) && noexcept
    {
        return {in, {}, refused.release(), here, true};
    }
};
template <class R> started start_of(caw_task_group *group, R (*coroutine)(caw_any *), const caw_spawn_options *options) noexcept
{
    return {error(caw__group_start(group, (caw_any *)coroutine, caw__shaped<R>(), options))};
}
template <class H> started start(caw_task_group *group, H &&coroutine, const caw_spawn_options &options = {}) noexcept
{
    return start_of(group, +std::forward<H>(coroutine), &options);
}

} // namespace caw
#endif
