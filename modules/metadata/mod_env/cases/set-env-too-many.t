--- conf
SetEnv A b c
--- conf error
SetEnv takes 1 to 2 arguments, not 3
