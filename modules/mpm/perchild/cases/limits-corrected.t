Numbers that others do not allow give way.

--- conf
NumServers 9
MaxThreadsPerChild 100
--- conf warning
NumServers 9 is more than ServerLimit 8 (set it too, to go higher): 8 is taken
MaxThreadsPerChild 100 is more than ThreadLimit 64 (set it too, to go higher): 64 is taken
