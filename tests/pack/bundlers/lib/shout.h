const char *shout(void);
