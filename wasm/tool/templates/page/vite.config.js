import cawait from 'cawait/vite';

export default { plugins: [cawait({ flags: ['src/greet.c'] })] };
