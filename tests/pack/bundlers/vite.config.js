import cawait from 'cawait/vite';

export default { plugins: [cawait({ flags: ['-Ilib', 'lib/shout.c'] })] };
