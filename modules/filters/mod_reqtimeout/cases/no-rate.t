--- conf
RequestReadTimeout header=20-40
--- conf error
header=20-40 does not say what earns a client more time
write header=20-40,MinRate=500
